import { textScrubber } from '#app/protocol';
import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger as Pino } from 'pino';
import { prettyLine } from './pretty-line.js';
import { FieldScrubber } from './scrub-fields.js';
import { currentContext } from './work-context.js';

export interface LoggerOptions {
  /** Of the process, e.g. `api`. */
  readonly app: string;
  readonly level: 'error' | 'warn' | 'info' | 'debug';
  readonly format: 'json' | 'pretty';
  /** Values of the configuration that no line may have in it. */
  readonly secrets: readonly string[];
  /** More fields for the lines that are written at this moment. */
  readonly moreFields?: (() => object) | undefined;
  /** Where the lines go. Default: the standard output, at once. */
  readonly destination?: DestinationStream | undefined;
}

type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';
type Fields = Record<string, unknown>;

/** Names that callers use for what lines call otherwise. */
const LINE_NAMES: Readonly<Record<string, string>> = {
  uploadId: 'upload_id',
  uploadid: 'upload_id',
  jobId: 'job_id',
  jobid: 'job_id',
  batchId: 'batch_id',
  batchid: 'batch_id',
  runId: 'schedule_run_id',
  requestId: 'request_id',
};

const toStandardOutput = (format: LoggerOptions['format']): DestinationStream =>
  format === 'json'
    ? pino.destination({ fd: 1, sync: true })
    : { write: (line) => void process.stdout.write(prettyLine(line, process.stdout.isTTY)) };

const isFields = (message: unknown): message is Fields =>
  typeof message === 'object' && message !== null && !Array.isArray(message) && !(message instanceof Error);

/** Callers give an error or what was left of one: lines have an object in either case. */
const toError = (error: unknown): unknown => (typeof error === 'string' ? { message: error } : error);

/**
 * Nest's logger, over pino: a line is an object with `time`, `level`, `app`, `pid`, `context`, `msg`, the ids of what is being
 * worked for (see WorkContext), and the fields of what was logged. All of it goes through the scrubber first.
 */
export class AppLogger implements LoggerService {
  private readonly pino: Pino;
  private readonly fields: FieldScrubber;

  constructor({ app, level, format, secrets, moreFields, destination }: LoggerOptions) {
    this.fields = new FieldScrubber(textScrubber(secrets));
    this.pino = pino(
      {
        base: { app, pid: process.pid },
        level: level === 'debug' ? 'trace' : level,
        // Errors are plain data by then.
        serializers: { err: (error: unknown) => error },
        timestamp: pino.stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
        mixin: () => ({ ...currentContext(), ...moreFields?.() }),
      },
      destination ?? toStandardOutput(format),
    );
  }

  log(message: unknown, ...more: unknown[]): void {
    this.write('info', message, more);
  }

  warn(message: unknown, ...more: unknown[]): void {
    this.write('warn', message, more);
  }

  debug(message: unknown, ...more: unknown[]): void {
    this.write('debug', message, more);
  }

  verbose(message: unknown, ...more: unknown[]): void {
    this.write('trace', message, more);
  }

  error(message: unknown, ...more: unknown[]): void {
    this.write('error', message, more);
  }

  fatal(message: unknown, ...more: unknown[]): void {
    this.write('fatal', message, more);
  }

  /** @param more what Nest's Logger adds: further messages, a stack for errors, and the context at the end */
  private write(level: Level, message: unknown, more: readonly unknown[]): void {
    if (!this.pino.isLevelEnabled(level)) return;
    const last = more.at(-1);
    const context = typeof last === 'string' ? last : undefined;
    const rest = (context === undefined ? more : more.slice(0, -1)).filter((item) => item !== undefined);
    try {
      this.pino[level](this.toLine(message, context, rest));
    } catch (error) {
      // What is logged may be anything, also something with a getter that throws.
      this.pino.error({ context, msg: 'Something could not be logged', err: this.fields.clean(error) });
    }
  }

  private toLine(message: unknown, context: string | undefined, rest: readonly unknown[]): Fields {
    const line: Fields = context === undefined ? {} : { context };
    if (isFields(message)) {
      const { message: text = '', error, ...fields } = message;
      line['msg'] = this.fields.clean(text);
      if (error !== undefined) line['err'] = this.fields.clean(toError(error));
      const named = Object.entries(fields).map(([name, value]) => [LINE_NAMES[name] ?? name, value]);
      Object.assign(line, this.fields.clean(Object.fromEntries(named)));
    } else if (message instanceof Error) {
      line['msg'] = this.fields.clean(message.message);
      line['err'] = this.fields.clean(message);
    } else {
      line['msg'] = this.fields.clean(typeof message === 'string' ? message : String(message));
    }
    const [stack, ...others] = rest;
    if (typeof stack === 'string' && /^\s+at /m.test(stack)) line['stack'] = this.fields.clean(stack);
    else if (stack !== undefined) others.unshift(stack);
    if (others.length > 0) line['more'] = this.fields.clean(others);
    return line;
  }
}
