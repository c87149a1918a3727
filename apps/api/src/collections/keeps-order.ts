/**
 * Whether an object with these keys lists them in this order. JavaScript puts keys that look like array indexes
 * (integers below 2^32 - 1) first and sorts them by number, whatever order the JSON text has.
 */
export const keepsOrder = (keys: readonly string[]): boolean => {
  const listed = Object.keys(Object.fromEntries(keys.map((key) => [key, true])));
  return listed.length === keys.length && listed.every((key, position) => key === keys[position]);
};
