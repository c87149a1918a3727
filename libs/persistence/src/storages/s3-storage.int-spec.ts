import { startS3rver } from '../../../../test/support/s3rver.js';
import { describeS3 } from './testing/s3-contract.js';

describeS3({ start: startS3rver, knowsUnfinished: false, isStrict: false });
