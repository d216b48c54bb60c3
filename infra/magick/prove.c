/*
  Reads and writes one picture with MagickWand, as the app does: formats by name, pictures in memory.

    prove read FORMAT FILE    reads a white picture, and prints its size
    prove write FORMAT        shrinks a shaded picture, writes it, reads that back, and prints what it cost
    prove find NAME           finds a function that the app calls in MagickCore

  Declared here is what is called; the build keeps no headers of ImageMagick's.
*/
#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct _MagickWand MagickWand;
typedef struct _PixelWand PixelWand;

enum { CharPixel = 1, CubicFilter = 10, sRGBColorspace = 13 };

extern void MagickWandGenesis(void), MagickWandTerminus(void);
extern MagickWand *NewMagickWand(void);
extern PixelWand *NewPixelWand(void);
extern char *MagickGetException(const MagickWand *, int *);
extern size_t MagickGetImageWidth(MagickWand *), MagickGetImageHeight(MagickWand *);
extern unsigned char *MagickGetImageBlob(MagickWand *, size_t *);
extern unsigned MagickNewImage(MagickWand *, size_t, size_t, const PixelWand *),
  MagickSetFilename(MagickWand *, const char *), MagickSetImageFormat(MagickWand *, const char *),
  MagickSetImageCompressionQuality(MagickWand *, size_t), MagickSetOption(MagickWand *, const char *, const char *),
  MagickTransformImageColorspace(MagickWand *, int), MagickReadImageBlob(MagickWand *, const void *, size_t), MagickResizeImage(MagickWand *, size_t, size_t, int, double),
  MagickImportImagePixels(MagickWand *, long, long, size_t, size_t, const char *, int, const void *),
  MagickExportImagePixels(MagickWand *, long, long, size_t, size_t, const char *, int, void *);

enum { WIDTH = 320, HEIGHT = 240, SMALL_WIDTH = 128, SMALL_HEIGHT = 96, MOST = 320 * 240 * 3 };

static unsigned char pixels[MOST], before[MOST], after[MOST];

static void
fail(const char *what, MagickWand *wand)
{
  int severity;

  printf("%s failed: %s\n", what, wand ? MagickGetException(wand, &severity) : "");
  exit(1);
}

static void
check(unsigned done, const char *what, MagickWand *wand)
{
  if (!done)
    fail(what, wand);
}

static MagickWand *
decoded(const char *format, const void *data, size_t length)
{
  MagickWand *wand = NewMagickWand();
  char name[32];

  snprintf(name, sizeof name, "%s:", format);
  check(MagickSetFilename(wand, name), "naming the format", wand);
  check(MagickReadImageBlob(wand, data, length), "reading", wand);
  check(MagickTransformImageColorspace(wand, sRGBColorspace), "converting to sRGB", wand);
  return wand;
}

static void
export(MagickWand *wand, void *to)
{
  size_t width = MagickGetImageWidth(wand), height = MagickGetImageHeight(wand);

  if (width * height * 3 > MOST)
    fail("exporting so many pixels", NULL);
  check(MagickExportImagePixels(wand, 0, 0, width, height, "RGB", CharPixel, to), "exporting pixels", wand);
}

static int
read_white(const char *format, const char *path)
{
  static unsigned char data[1 << 20];
  FILE *file = fopen(path, "rb");
  size_t length = file ? fread(data, 1, sizeof data, file) : 0, samples, index;
  MagickWand *wand = decoded(format, data, length);

  export(wand, after);
  samples = MagickGetImageWidth(wand) * MagickGetImageHeight(wand) * 3;
  for (index = 0; index < samples; index++)
    if (after[index] < 250)
      fail("seeing white", NULL);
  printf("reads %zux%zu\n", MagickGetImageWidth(wand), MagickGetImageHeight(wand));
  return 0;
}

static void
shade(void)
{
  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++) {
      unsigned char *pixel = pixels + (y * WIDTH + x) * 3;

      pixel[0] = x * 255 / WIDTH;
      pixel[1] = y * 255 / HEIGHT;
      pixel[2] = 127 + 100 * sin((x + y) / 40.0);
    }
}

/* Half of the width or height of a pixel, in the shades above, is what a good filter may be off by. */
static void
check_shrunk(void)
{
  for (int y = 2; y < SMALL_HEIGHT - 2; y++)
    for (int x = 2; x < SMALL_WIDTH - 2; x++) {
      const unsigned char *pixel = before + (y * SMALL_WIDTH + x) * 3;
      double red = ((x + 0.5) / SMALL_WIDTH - 0.5 / WIDTH) * 255, green = ((y + 0.5) / SMALL_HEIGHT - 0.5 / HEIGHT) * 255;

      if (fabs(pixel[0] - red) > 2 || fabs(pixel[1] - green) > 2)
        fail("shrinking faithfully", NULL);
    }
}

static int
write_shaded(const char *format)
{
  MagickWand *wand = NewMagickWand(), *again;
  unsigned char *blob;
  size_t length, samples = SMALL_WIDTH * SMALL_HEIGHT * 3, index;
  double difference = 0;

  shade();
  check(MagickNewImage(wand, WIDTH, HEIGHT, NewPixelWand()), "making a picture", wand);
  check(MagickImportImagePixels(wand, 0, 0, WIDTH, HEIGHT, "RGB", CharPixel, pixels), "importing pixels", wand);
  check(MagickResizeImage(wand, SMALL_WIDTH, SMALL_HEIGHT, CubicFilter, 1.0), "resizing", wand);
  export(wand, before);
  check_shrunk();
  check(MagickSetOption(wand, "heic:speed", "8"), "setting the speed of AVIF", wand);
  check(MagickSetImageCompressionQuality(wand, 90), "setting the quality", wand);
  check(MagickSetImageFormat(wand, format), "setting the format", wand);
  blob = MagickGetImageBlob(wand, &length);
  check(blob != NULL && length != 0, "writing", wand);
  again = decoded(strcmp(format, "PJPEG") ? format : "JPEG", blob, length);
  if (MagickGetImageWidth(again) != SMALL_WIDTH || MagickGetImageHeight(again) != SMALL_HEIGHT)
    fail("reading back the size", NULL);
  export(again, after);
  for (index = 0; index < samples; index++)
    difference += abs(before[index] - after[index]);
  difference /= samples;
  printf("writes %zu bytes, %.2f of 255 off\n", length, difference);
  /* Of 256 colours and their dithering, GIF is off by more than a lossy format is. */
  return difference > (strcmp(format, "GIF") ? 4 : 12);
}

int
main(int count, char **words)
{
  int failed = 1;

  MagickWandGenesis();
  if (count == 4 && !strcmp(words[1], "read"))
    failed = read_white(words[2], words[3]);
  else if (count == 3 && !strcmp(words[1], "write"))
    failed = write_shaded(words[2]);
  else if (count == 3 && !strcmp(words[1], "find")) {
    failed = !dlsym(dlopen("libMagickCore-6.Q16.so", RTLD_LAZY), words[2]);
    printf(failed ? "is not there\n" : "is there\n");
  }
  MagickWandTerminus();
  return failed;
}
