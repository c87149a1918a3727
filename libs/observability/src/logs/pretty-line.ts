const COLOURS: Readonly<Record<string, number>> = {
  trace: 90,
  debug: 36,
  info: 32,
  warn: 33,
  error: 31,
  fatal: 35,
};
const OWN = new Set(['time', 'level', 'app', 'pid', 'context', 'msg']);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** A line of the log for a terminal. @param line one JSON object */
export function prettyLine(line: string, isColoured: boolean): string {
  const fields = JSON.parse(line) as Record<string, unknown>;
  const level = textOf(fields['level']);
  const mark = level.toUpperCase().padEnd(5);
  const colour = COLOURS[level] ?? 0;
  const context = fields['context'] === undefined ? '' : ` [${textOf(fields['context'])}]`;
  const rest = Object.entries(fields).filter(([name]) => !OWN.has(name));
  const inline = rest.filter(([, value]) => !textOf(value).includes('\\n') && textOf(value).length <= 200);
  const below = rest.filter((field) => !inline.includes(field));
  const shown = inline.map(([name, value]) => ` ${name}=${textOf(value)}`).join('');
  const blocks = below.map(([name, value]) => `    ${name}: ${textOf(value).replaceAll('\\n', '\n    ')}\n`);
  const head = isColoured ? `\u001b[${colour}m${mark}\u001b[39m` : mark;
  return `${textOf(fields['time'])} ${head}${context} ${textOf(fields['msg'])}${shown}\n${blocks.join('')}`;
}
