import { validateSync } from 'class-validator';
import { type DeclaredVariable, type Environment, listVariables } from './variable.js';

/** The environment does not describe a process that could run. The message names variables, never their values. */
export class ConfigurationError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration is not usable:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ConfigurationError';
  }
}

export interface LoadedConfiguration<T> {
  config: T;
  /** Older names in use, to be logged once at start. */
  warnings: string[];
  /** What no log may have in it: keys, passwords, tokens. */
  secrets: string[];
}

interface Found {
  text: string | undefined;
  deprecation?: string;
}

function findText(variable: DeclaredVariable, environment: Environment): Found {
  const own = environment[variable.name]?.trim();
  if (own !== undefined && own !== '') return { text: own };
  const derived = variable.derive?.(environment) ?? null;
  return derived ?? { text: variable.fallback };
}

/**
 * Builds the configuration of a process from its environment. An empty variable counts as unset.
 * @param Config a class whose properties carry `@Variable` and class-validator's decorators
 * @param unused older variables that have no effect any more, with what to say about them
 * @throws ConfigurationError naming every variable that is missing or malformed
 */
export function loadConfiguration<T extends object>(
  Config: new () => T,
  environment: Environment,
  unused: Readonly<Record<string, string>> = {},
): LoadedConfiguration<T> {
  const warnings: string[] = [];
  const secrets: string[] = [];
  const values: Record<string, unknown> = {};
  const names = new Map<string, string>();
  for (const variable of listVariables(Config)) {
    const { text, deprecation } = findText(variable, environment);
    if (deprecation !== undefined) warnings.push(deprecation);
    values[variable.property] = text === undefined ? null : variable.read(text);
    names.set(variable.property, variable.name);
    if (text !== undefined) secrets.push(...(variable.secretsIn?.(text) ?? []));
  }
  for (const [name, message] of Object.entries(unused)) {
    if (environment[name]) warnings.push(`${name} ${message}`);
  }
  const config = Object.assign(new Config(), values);
  const errors = validateSync(config, { validationError: { target: false, value: false } });
  if (errors.length > 0) {
    throw new ConfigurationError(
      errors.map(({ property, constraints }) => {
        const messages = Object.values(constraints ?? {}).map((text) => text.replace(`${property} `, ''));
        return `${names.get(property) ?? property} ${messages.join(', ')}`;
      }),
    );
  }
  return { config, warnings, secrets };
}
