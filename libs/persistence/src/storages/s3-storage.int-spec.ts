import { describeS3 } from './testing/s3-contract.js';
import { startS3rver } from './testing/s3rver-server.js';

describeS3({ start: startS3rver, knowsUnfinished: false, isStrict: false });
