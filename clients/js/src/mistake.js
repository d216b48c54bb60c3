/** What the author of a page has to correct: the message says what is allowed. */
export class Mistake extends Error {
  name = 'Mistake';
}

const SHORT = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\\': '\\\\' };

/** Returns a text for a message: in quotes, in printable ASCII, and cut behind so many characters. */
export function quoted(text, most = 40) {
  const characters = [...String(text)];
  const shown = characters.slice(0, most).map(escaped).join('');
  return `'${shown}${characters.length > most ? '...' : ''}'`;
}

function escaped(character) {
  const code = character.codePointAt(0);
  if (character in SHORT || (code >= 0x20 && code <= 0x7e)) {
    return SHORT[character] ?? character;
  }
  const [letter, digits] = code <= 0xff ? ['x', 2] : code <= 0xffff ? ['u', 4] : ['U', 8];
  return `\\${letter}${code.toString(16).padStart(digits, '0')}`;
}
