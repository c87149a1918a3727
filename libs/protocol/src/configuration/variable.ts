/** The environment of a process, `process.env` or a copy. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A value put together from other variables than the one that normally carries it. */
export interface DerivedValue {
  text: string;
  /** Said to the operator at start when the other variables are older names. */
  deprecation?: string;
}

interface VariableBase {
  /** Meaning and unit, one sentence, as it stands in `.env.example`. */
  readonly about: string;
  /** As it would stand in the environment. Without one, the validators of the property decide whether it may be absent. */
  readonly fallback?: string;
  /** Something an operator could write, where there is no default. Never a working secret. */
  readonly example?: string;
  /** Tried when the variable itself is unset. */
  readonly derive?: (environment: Environment) => DerivedValue | null;
  /** The variables that `derive` reads. */
  readonly derivedFrom?: readonly string[];
  /** What of the text no log may have in it. Takes any text. */
  readonly secretsIn?: (text: string) => string[];
}

export interface VariableOptions extends VariableBase {
  /** Text → value. Gives `undefined` for what it cannot read; the validators then name the fault. */
  readonly read: (text: string) => unknown;
}

export interface DeclaredVariable extends VariableOptions {
  readonly name: string;
  readonly property: string;
}

const declared = new WeakMap<object, DeclaredVariable[]>();

/** Declares the environment variable that a property of a configuration class is read from. */
export const Variable =
  (name: string, options: VariableOptions): PropertyDecorator =>
  (prototype, property) => {
    const own = declared.get(prototype) ?? [];
    own.push({ ...options, name, property: String(property) });
    declared.set(prototype, own);
  };

/** All variables of a configuration class, those of its base classes first, in the order of declaration. */
export function listVariables(Config: new () => object): DeclaredVariable[] {
  const found: DeclaredVariable[] = [];
  for (
    let prototype = Config.prototype as object | null;
    prototype !== null;
    prototype = Object.getPrototypeOf(prototype) as object | null
  ) {
    found.unshift(...(declared.get(prototype) ?? []));
  }
  return found;
}
