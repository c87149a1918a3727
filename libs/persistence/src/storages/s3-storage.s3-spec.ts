import { describeS3 } from './testing/s3-contract.js';
import { startRadosGateway } from './testing/rados-gateway.js';

describeS3({ start: startRadosGateway, knowsUnfinished: true, isStrict: true });
