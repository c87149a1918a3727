/**
 * Loaded into a process under test (`node --import`): notes when it publishes states of uploads. Each line of the file
 * `LOAD_STAMPS` is one state of one publication: id, status, version and the moment at which PUBLISH was handed to Redis's
 * client, in milliseconds of the machine's monotonic clock (process.hrtime), which all processes share.
 */
import { createWriteStream } from 'node:fs';
import process from 'node:process';
import { Redis } from 'ioredis';

const CHANNEL = 'curator:live:batch:';
const file = createWriteStream(process.env.LOAD_STAMPS, { flags: 'a' });
const publish = Redis.prototype.publish;

Redis.prototype.publish = function (channel, message, ...more) {
  if (String(channel).includes(CHANNEL)) {
    const at = Number(process.hrtime.bigint()) / 1e6;
    for (const { id, status, version } of JSON.parse(message).uploads)
      file.write(`${id} ${status} ${version} ${at}\n`);
  }
  return publish.call(this, channel, message, ...more);
};
