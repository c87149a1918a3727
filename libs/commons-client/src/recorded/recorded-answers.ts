import { readFileSync } from 'node:fs';

export interface RecordedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON, or text as it came. */
  readonly body: unknown;
}

/** For specs: see README.md beside the recording. */
export const recordedAnswers = JSON.parse(
  readFileSync(new URL('./answers.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, RecordedAnswer>>;

export function recordedAnswer(name: string): RecordedAnswer & { readonly text: string } {
  const answer = recordedAnswers[name];
  if (!answer) throw new Error(`No recorded answer ${name}`);
  return { ...answer, text: typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body) };
}
