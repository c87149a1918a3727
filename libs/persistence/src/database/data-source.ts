import { DataSource } from 'typeorm';
import { dataSourceOptions } from './open-database.js';

/** For TypeORM's command line only: the one place outside main.ts files that reads the environment. */
export default new DataSource(dataSourceOptions(process.env['DATABASE_URL'] ?? ''));
