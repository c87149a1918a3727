import type { LoadOptions } from './options.js';
import type { RoundEvent, RoundPlan } from './run-round.js';

/** What each person uploads in the hour that is compressed, and minutes into which all of it fits. */
const UPLOADS_AN_HOUR = 30;
const MINUTES_OF_ALL = 5;
/** Of the batch that everybody watches: Commons takes about two a second of one person. */
const WATCHED_BY_ALL = 60;
const SECONDS_OF_ALL = 30;
const MOST_ROUNDS = 6;

const cutAll: RoundEvent['happen'] = (world) => world.cutAll();
const rude: RoundEvent['happen'] = async ({ hosts }) => {
  await hosts.all('beRude');
};
const startApi: RoundEvent['happen'] = (world) => world.startApi();
const killApi: RoundEvent['happen'] = (world) => world.killApi();

/** One batch that all clients watch. */
export function planBroadcast({ minutes }: LoadOptions): RoundPlan {
  const share = Math.min(1, minutes / MINUTES_OF_ALL);
  return {
    name: 'one batch for everybody',
    everybody: false,
    uploadsEach: Math.max(6, Math.round(WATCHED_BY_ALL * share)),
    seconds: Math.max(3, SECONDS_OF_ALL * share),
    events: [],
  };
}

/** The hour, in one round a minute: storms in each; in the first an API comes and is killed, in the second another one comes. */
export function planHour({ minutes }: LoadOptions): RoundPlan[] {
  const rounds = Math.max(1, Math.min(MOST_ROUNDS, Math.floor(minutes)));
  const uploads = Math.max(1, Math.round(UPLOADS_AN_HOUR * Math.min(1, minutes / MINUTES_OF_ALL)));
  return Array.from({ length: rounds }, (_, round) => ({
    name: `part ${round + 1} of ${rounds} of the hour`,
    everybody: true,
    uploadsEach: Math.floor(((round + 1) * uploads) / rounds) - Math.floor((round * uploads) / rounds),
    seconds: (minutes * 60) / rounds,
    events: [
      { at: 0.1, happen: rude },
      ...(round === 0 ? [{ at: 0.12, happen: startApi }] : []),
      { at: 0.4, happen: cutAll },
      { at: 0.6, happen: rude },
      ...(round === 0 ? [{ at: 0.75, happen: killApi }] : []),
      ...(round === 1 ? [{ at: 0.75, happen: startApi }] : []),
    ],
  }));
}
