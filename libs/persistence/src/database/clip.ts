/** What a column of so many characters takes of a text. */
export const clip = (text: string, characters: number): string =>
  text.length <= characters ? text : [...text].slice(0, characters).join('');
