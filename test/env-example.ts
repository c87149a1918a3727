import { renderEnvExample } from '#app/protocol';
import { ApiConfig } from '../apps/api/src/api.config.js';
import { WorkerConfig } from '../apps/worker/src/worker.config.js';

/** The text of .env.example. */
export const envExample = (): string =>
  renderEnvExample([
    { title: 'API', Config: ApiConfig },
    { title: 'Worker', Config: WorkerConfig },
  ]);
