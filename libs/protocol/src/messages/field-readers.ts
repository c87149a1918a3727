/** A class without constructor arguments. */
export type MessageClass<T extends object = object> = new () => T;

/** What a reader gives for a value that the field cannot have. */
export const REFUSED = Symbol('refused');

/** Gives the value to keep, or REFUSED. */
export type Reader = (value: unknown) => unknown;

interface Field {
  read?: Reader;
  isOptional: boolean;
}

type Fields = Map<string, Field>;

/** The fields that each class declares itself, by its prototype. */
const declared = new Map<object, Fields>();
/** With those of the classes it extends. */
const complete = new Map<object, readonly (readonly [string, Field])[]>();

const fieldOf = (prototype: object, key: string | symbol): Field => {
  const fields = declared.get(prototype) ?? (new Map() as Fields);
  declared.set(prototype, fields);
  const field = fields.get(String(key)) ?? { isOptional: false };
  fields.set(String(key), field);
  return field;
};

/** Frames are read with it; a field without one is dropped from them. */
export const reader =
  (read: Reader): PropertyDecorator =>
  (prototype, key) => {
    fieldOf(prototype, key).read = read;
  };

/** The field may be absent or null; it then has the value that its class gives it. */
export const optional: PropertyDecorator = (prototype, key) => {
  fieldOf(prototype, key).isOptional = true;
};

const fieldsOf = (prototype: object): readonly (readonly [string, Field])[] => {
  const known = complete.get(prototype);
  if (known !== undefined) return known;
  const all: Fields = new Map();
  for (
    let at: object | null = prototype;
    at !== null && at !== Object.prototype;
    at = Object.getPrototypeOf(at) as object | null
  ) {
    for (const [key, field] of declared.get(at) ?? []) if (!all.has(key)) all.set(key, field);
  }
  const fields = [...all];
  complete.set(prototype, fields);
  return fields;
};

export const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * An object of this class from what JSON brought. What the class does not have is dropped, because clients of several
 * ages send what later or earlier servers understood; what it has must be right.
 */
export const readObject = <T extends object>(type: MessageClass<T>, value: unknown): T | typeof REFUSED => {
  if (!isPlainObject(value)) return REFUSED;
  const object = new type();
  for (const [key, { read, isOptional }] of fieldsOf(type.prototype as object)) {
    const given = Object.hasOwn(value, key) ? value[key] : undefined;
    if (isOptional && (given === undefined || given === null)) continue;
    const kept = read === undefined ? REFUSED : read(given);
    if (kept === REFUSED) return REFUSED;
    Object.defineProperty(object, key, { value: kept, writable: true, enumerable: true, configurable: true });
  }
  return object;
};
