/**
 * Statements in Wikibase's JSON form.
 * @see https://doc.wikimedia.org/Wikibase/master/php/docs_topics_json.html
 */
export type DataValue =
  | { type: 'string'; value: string }
  | {
      type: 'wikibase-entityid';
      value: { 'entity-type': 'item' | 'property'; id: string; 'numeric-id'?: number };
    }
  | {
      type: 'time';
      value: {
        time: string;
        timezone: number;
        before: number;
        after: number;
        precision: number;
        calendarmodel: string;
      };
    }
  | { type: 'quantity'; value: { amount: string; unit: string; upperBound?: string; lowerBound?: string } }
  | {
      type: 'globecoordinate';
      value: { latitude: number; longitude: number; altitude?: null; precision: number; globe: string };
    }
  | { type: 'monolingualtext'; value: { language: string; text: string } };

export type Snak =
  | { snaktype: 'value'; property: string; datavalue: DataValue; datatype?: string; hash?: string }
  | { snaktype: 'somevalue' | 'novalue'; property: string; datatype?: string; hash?: string };

export interface Reference {
  hash?: string;
  snaks: Record<string, Snak[]>;
  'snaks-order'?: string[];
}

export interface Statement {
  id?: string;
  type: 'statement';
  rank: 'preferred' | 'normal' | 'deprecated';
  mainsnak: Snak;
  qualifiers?: Record<string, Snak[]>;
  'qualifiers-order'?: string[];
  references?: Reference[];
}
