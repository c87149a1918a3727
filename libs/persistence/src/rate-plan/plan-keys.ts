/** The keys of one person's plan, in the order in which the scripts know them. */
export const planKeys = (userid: string): string[] =>
  ['', ':reserved', ':hits', ':used', ':edits'].map((suffix) => `curator:rate-plan:{${userid}}${suffix}`);
