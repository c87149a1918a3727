/** JSON of Wikibase as far as the stand-ins look into it. */
export interface Snak {
  snaktype: 'value' | 'somevalue' | 'novalue';
  property: string;
  hash?: string;
  datavalue?: { value: unknown; type: string };
}

export interface Statement {
  id: string;
  type: 'statement';
  rank: string;
  mainsnak: Snak;
  qualifiers?: Record<string, Snak[]>;
  'qualifiers-order'?: string[];
  references?: { hash: string; snaks: Record<string, Snak[]>; 'snaks-order': string[] }[];
}

export interface MediaInfo {
  labels: Record<string, { language: string; value: string }>;
  statements: Record<string, Statement[]>;
}
