import { isoTime } from './content.js';
import type { Block } from './users.js';

/** A block as the API tells it, in errors and in `meta=userinfo`. */
export function blockData(block: Block): Record<string, unknown> {
  return {
    blockid: block.id,
    blockedby: block.by,
    blockedbyid: 1,
    blockreason: block.reason,
    blockedtimestamp: isoTime(block.since),
    blockexpiry: 'infinite',
    blockpartial: false,
    blocknocreate: true,
    blockanononly: false,
    blockedtimestampformatted: formatted(block.since),
  };
}

/** `02:07, 21 November 2026` */
function formatted(time: Date): string {
  const date = time.toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });
  return `${time.toISOString().slice(11, 16)}, ${date}`;
}
