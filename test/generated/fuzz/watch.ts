import { checkNoLeak } from '../check-answer.js';

/** What must not be told, and must not happen to the process. */
export class Watch {
  readonly problems: string[] = [];
  cases = 0;
  /** How often each type of message and each class of status came. */
  readonly answers = new Map<string, number>();

  /** @param secrets texts that no answer may have in it */
  constructor(private readonly secrets: readonly string[]) {}

  /** Whether so much went wrong that it is not worth going on. */
  get isHopeless(): boolean {
    return this.problems.length >= 10;
  }

  count(kind: string): void {
    this.answers.set(kind, (this.answers.get(kind) ?? 0) + 1);
  }

  /** @throws Error when the text tells a secret or what is inside */
  checkText(text: string): void {
    checkNoLeak(text, this.secrets);
  }

  note(what: string, sent: string, error: unknown): void {
    const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : '';
    const told = error instanceof Error ? `${error.message}${cause}` : String(error);
    this.problems.push(`${what}: ${told.slice(0, 700)}\n    sent: ${sent.slice(0, 700)}`);
  }

  /** Whether something got into what every object has. */
  checkPrototypes(what: string, sent: string): void {
    if (Object.keys(Object.prototype).length === 0 && !('polluted' in {})) return;
    this.note(what, sent, 'Every object was changed');
    Reflect.deleteProperty(Object.prototype, 'polluted');
  }
}
