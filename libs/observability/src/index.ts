export { AppLogger, type LoggerOptions } from './logs/logger.js';
export { describeFailure } from './logs/describe-failure.js';
export { logCrashes } from './logs/log-crashes.js';
export { CENSORED, textScrubber, type ScrubText } from './logs/scrub-text.js';
export { addToContext, currentContext, inContext, type WorkContext } from './logs/work-context.js';
