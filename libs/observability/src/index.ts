export { currentContext, inContext, type WorkContext } from './logs/work-context.js';
