// Uploads a photo with the form that the local page's server gives: S3's own (user guide, "POST Object"). Every field
// that S3 has signed comes first, and the file as the last one. The local page itself uploads by this, too.

export async function upload(file) {
  const { url, fields } = await (await fetch("/upload")).json();
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  body.append("key", file.name);
  body.append("Content-Type", file.type || "application/octet-stream");
  body.append("file", file);
  const answer = await fetch(url, { method: "POST", body });
  if (answer.ok) return;
  const message = new DOMParser().parseFromString(await answer.text(), "text/xml").querySelector("Message");
  throw new Error(message ? message.textContent : `S3 answers ${answer.status}`);
}
