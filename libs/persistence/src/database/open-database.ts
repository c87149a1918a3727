import { DataSource, type DataSourceOptions } from 'typeorm';
import * as mysql from 'mysql2';
import { Database } from './database.js';
import { parseDatabaseUrl } from './database-url.js';
import { ApiTokenEntity } from './entities/api-token.entity.js';
import { AuditRecordEntity } from './entities/audit-record.entity.js';
import { BatchEntity } from './entities/batch.entity.js';
import {
  ImportCategoryEntity,
  ImportEntity,
  ImportFileEntity,
  ImportRunEntity,
} from './entities/import.entity.js';
import { ExportEntity, ExportFileEntity } from './entities/export.entity.js';
import { JobEntity } from './entities/job.entity.js';
import { ManifestEntity, ManifestRowEntity } from './entities/manifest.entity.js';
import { NotificationEntity } from './entities/notification.entity.js';
import { PresetEntity } from './entities/preset.entity.js';
import { PythonRowEntity } from './entities/python-row.entity.js';
import {
  QuotaCountEntity,
  QuotaEntity,
  QuotaWarningEntity,
  UserQuotaEntity,
} from './entities/quota.entity.js';
import { RecategorizedFileEntity } from './entities/recategorized-file.entity.js';
import { ScheduleEntity, ScheduleImageEntity, ScheduleRunEntity } from './entities/schedule.entity.js';
import { StorageEntity } from './entities/storage.entity.js';
import { UploadRequestEntity } from './entities/upload-request.entity.js';
import { UploadSliceEntity } from './entities/upload-slice.entity.js';
import { UserEntity } from './entities/user.entity.js';
import {
  ForgottenCategoryEntity,
  WantedCategoryEntity,
  WantedCategoryFindEntity,
  WantedCategoryListEntity,
} from './entities/wanted-category.entity.js';
import { migrate } from './migrate.js';
import { CreateSchema1795219200000 } from './migrations/1795219200000-create-schema.js';
import { AddTurns1795305600000 } from './migrations/1795305600000-add-turns.js';
import { AddWantedCategories1795392000000 } from './migrations/1795392000000-add-wanted-categories.js';
import { AddJobs1795478400000 } from './migrations/1795478400000-add-jobs.js';
import { AddManifests1795478401000 } from './migrations/1795478401000-add-manifests.js';
import { AddLedgerIndex1795478402000 } from './migrations/1795478402000-add-ledger-index.js';
import { AddRecategorizedFiles1795478403000 } from './migrations/1795478403000-add-recategorized-files.js';
import { AddStorages1795478404000 } from './migrations/1795478404000-add-storages.js';
import { AddImports1795478405000 } from './migrations/1795478405000-add-imports.js';
import { AddExports1795478406000 } from './migrations/1795478406000-add-exports.js';
import { AddAdministration1795478407000 } from './migrations/1795478407000-add-administration.js';
import { AddRetryOrigin1795478407001 } from './migrations/1795478407001-add-retry-origin.js';
import { AddQuotas1795478408000 } from './migrations/1795478408000-add-quotas.js';
import { AddSchedules1795478409000 } from './migrations/1795478409000-add-schedules.js';
import { AddTraceparents1795478410000 } from './migrations/1795478410000-add-traceparents.js';
import { AddSlotSetAndCounts1795478420000 } from './migrations/1795478420000-add-slot-set-and-counts.js';
import { AddPythonRows1795478421000 } from './migrations/1795478421000-add-python-rows.js';

const SESSION = [
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
  "SET SESSION sql_mode = 'TRADITIONAL', SESSION innodb_lock_wait_timeout = 10",
  // MySQL's own bound, 1,024 bytes, cuts lists of ids short.
  'SET SESSION group_concat_max_len = 1048576',
];

const DEFAULT_POOL_SIZE = 10;

const driver = {
  ...mysql,
  createPool(options: mysql.PoolOptions) {
    const pool = mysql.createPool(options);
    pool.on('connection', (connection) => {
      for (const statement of SESSION) connection.query(statement);
    });
    return pool;
  },
};

export function dataSourceOptions(databaseUrl: string, poolSize = DEFAULT_POOL_SIZE): DataSourceOptions {
  return {
    type: 'mariadb',
    driver,
    ...parseDatabaseUrl(databaseUrl),
    poolSize,
    charset: 'utf8mb4',
    timezone: 'Z',
    supportBigNumbers: true,
    bigNumberStrings: false,
    synchronize: false,
    migrationsTableName: 'migrations',
    entities: [
      UserEntity,
      BatchEntity,
      UploadSliceEntity,
      UploadRequestEntity,
      PresetEntity,
      PythonRowEntity,
      ManifestEntity,
      ManifestRowEntity,
      ApiTokenEntity,
      AuditRecordEntity,
      ForgottenCategoryEntity,
      WantedCategoryEntity,
      WantedCategoryFindEntity,
      WantedCategoryListEntity,
      JobEntity,
      ScheduleEntity,
      ScheduleRunEntity,
      ScheduleImageEntity,
      NotificationEntity,
      RecategorizedFileEntity,
      QuotaEntity,
      UserQuotaEntity,
      QuotaCountEntity,
      QuotaWarningEntity,
      StorageEntity,
      ImportRunEntity,
      ImportEntity,
      ImportCategoryEntity,
      ImportFileEntity,
      ExportFileEntity,
      ExportEntity,
    ],
    migrations: [
      CreateSchema1795219200000,
      AddTurns1795305600000,
      AddWantedCategories1795392000000,
      AddJobs1795478400000,
      AddManifests1795478401000,
      AddLedgerIndex1795478402000,
      AddRecategorizedFiles1795478403000,
      AddStorages1795478404000,
      AddImports1795478405000,
      AddExports1795478406000,
      AddAdministration1795478407000,
      AddRetryOrigin1795478407001,
      AddQuotas1795478408000,
      AddSchedules1795478409000,
      AddTraceparents1795478410000,
      AddSlotSetAndCounts1795478420000,
      AddPythonRows1795478421000,
    ],
  };
}

/** Connects and brings the schema up to date; safe when several processes start at once. @param databaseUrl see parseDatabaseUrl */
export async function openDatabase(databaseUrl: string, poolSize?: number): Promise<Database> {
  const dataSource = new DataSource(dataSourceOptions(databaseUrl, poolSize));
  await dataSource.initialize();
  try {
    await migrate(dataSource);
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
  return new Database(dataSource);
}
