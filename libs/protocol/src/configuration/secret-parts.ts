/** The value is a secret as a whole. */
export const wholeSecret = (text: string): string[] => [text];

/** Of an address or several with commas between them: the passwords, as they stand and decoded. */
export function passwordsIn(text: string): string[] {
  const passwords = text
    .split(',')
    .filter((address) => URL.canParse(address))
    .map((address) => new URL(address).password);
  return passwords.filter(Boolean).flatMap((password) => {
    try {
      return [...new Set([password, decodeURIComponent(password)])];
    } catch (error) {
      if (error instanceof URIError) return [password];
      throw error;
    }
  });
}

/** Of `id:base64` with commas between them: the keys. */
export const keysIn = (text: string): string[] =>
  text.split(',').flatMap((pair) => {
    const key = pair.slice(pair.indexOf(':') + 1).trim();
    return key === '' ? [] : [key];
  });
