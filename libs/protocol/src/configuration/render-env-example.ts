import { type DeclaredVariable, listVariables } from './variable.js';

function renderVariable(variable: DeclaredVariable): string {
  const lines = [`# ${variable.about}`];
  if (variable.derivedFrom !== undefined) {
    lines.push(`# Where it is unset: from ${variable.derivedFrom.join(', ')}.`);
  }
  if (variable.fallback !== undefined) {
    lines.push(`# Default: ${variable.fallback === '' ? 'empty' : variable.fallback}`);
  }
  if (variable.example !== undefined) lines.push(`# Example: ${variable.example}`);
  lines.push(`${variable.name}=${variable.fallback ?? ''}`);
  return lines.join('\n');
}

/** The text of `.env.example`: every variable of these configuration classes once, with its meaning and default. */
export function renderEnvExample(sections: readonly { title: string; Config: new () => object }[]): string {
  const seen = new Set<string>();
  const parts = sections.map(({ title, Config }) => {
    const fresh = listVariables(Config).filter(({ name }) => !seen.has(name));
    for (const { name } of fresh) seen.add(name);
    return [`### ${title}`, ...fresh.map(renderVariable)].join('\n\n');
  });
  return `${parts.join('\n\n')}\n`;
}
