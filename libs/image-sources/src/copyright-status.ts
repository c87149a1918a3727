/** A copyright status (P6216) as structured data states it. */
export interface CopyrightStatus {
  item: string;
  /** Property → item. */
  qualifiers?: readonly (readonly [property: string, item: string])[];
}

export const COPYRIGHTED: CopyrightStatus = { item: 'Q50423863' };
/** Given to the public domain by whoever holds the copyright. */
export const DEDICATED: CopyrightStatus = { item: 'Q88088423' };
