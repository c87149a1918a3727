/** A SPARQL string literal. @see https://www.w3.org/TR/sparql11-query/#grammarEscapes */
const literal = (value: string): string => `"${value.replace(/[\\"\n\r\t\b\f]/g, (c) => ESCAPES[c] ?? c)}"`;

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
};

/** Files whose `property` has one of `values`. @throws TypeError when `property` is not a property id */
export function buildExistingFilesQuery(property: string, values: readonly string[]): string {
  if (!/^P[1-9]\d*$/.test(property)) throw new TypeError('Not the id of a property');
  return `SELECT ?id ?file ?contentUrl WHERE {
  VALUES ?id { ${values.map(literal).join(' ')} }
  ?file wdt:${property} ?id .
  OPTIONAL { ?file schema:contentUrl ?contentUrl }
}`;
}
