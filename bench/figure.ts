/** One measured number beside what it should be. */
export interface Figure {
  name: string;
  measured: number;
  unit: string;
  /** What `measured` is held against; null: only told. */
  reference: { atMost: number } | { atLeast: number } | null;
}

/** A part of the benchmark; its name chooses it on the command line. */
export interface BenchCase {
  name: string;
  run(): Promise<Figure[]>;
}

export function isGood({ measured, reference }: Figure): boolean {
  if (reference === null) return true;
  return 'atMost' in reference ? measured <= reference.atMost : measured >= reference.atLeast;
}

/** The value below which `share` (0 to 1) of the values lie. @throws Error without any value */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  if (value === undefined) throw new Error('There is nothing to take a quantile of');
  return value;
}

const NAME_COLUMNS = 74;

/** One line of the table. */
export function renderFigure(figure: Figure): string {
  const { name, measured, unit, reference } = figure;
  const expected =
    reference === null ? '' : 'atMost' in reference ? `≤ ${reference.atMost}` : `≥ ${reference.atLeast}`;
  const verdict = reference === null ? '' : isGood(figure) ? 'ok' : 'MISSED';
  const digits =
    measured >= 100 || Number.isInteger(measured) ? 0 : measured >= 10 ? 1 : measured >= 1 ? 2 : 3;
  return `${name.padEnd(NAME_COLUMNS)}${measured.toFixed(digits).padStart(9)} ${unit.padEnd(10)}${expected.padStart(9)}  ${verdict}`;
}
