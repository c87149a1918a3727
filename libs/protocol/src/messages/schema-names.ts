/** Where the AsyncAPI document keeps the schemas of objects that several messages share. */
const SHARED_SCHEMAS = '#/components/schemas/';

type NamedClass = new () => object;

/** `MediaImageDto` → `MediaImage`. */
export const schemaName = (type: NamedClass): string => type.name.replace(/(Dto|Message)$/, '');

const referenced = new Map<string, NamedClass>();

/** A reference to the schema of a class; the class becomes part of the document. */
export const schemaRef = (type: NamedClass): { $ref: string } => {
  const name = schemaName(type);
  const known = referenced.get(name);
  if (known !== undefined && known !== type) throw new TypeError(`Two classes want the schema name ${name}`);
  referenced.set(name, type);
  return { $ref: SHARED_SCHEMAS + name };
};

export const referencedSchemas = (): ReadonlyMap<string, NamedClass> => referenced;
