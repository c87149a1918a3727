import {
  UPLOAD_STATUSES,
  type FailureType,
  type ImageSourceName,
  type Label,
  type StructuredError,
  type UploadStatus,
} from '#app/protocol';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import type { UploadCheckpoint } from '../../uploads/upload.js';
import { BatchEntity } from './batch.entity.js';
import { id, moment, optionalMoment, traceparent } from './columns.js';
import { UserEntity } from './user.entity.js';

@Entity('upload_requests')
@Index('uq_upload_requests_batch_key', ['batchid', 'key'], { unique: true })
@Index('ix_upload_requests_batch', ['batchid', 'id'])
@Index('ix_upload_requests_user', ['userid', 'id'])
@Index('ix_upload_requests_batch_status', ['batchid', 'status', 'updatedAt'])
@Index('ix_upload_requests_dispatch', ['status', 'dispatchedAt', 'userid', 'batchid', 'dueAt'])
@Index('ix_upload_requests_turn', ['batchid', 'status', 'staged', 'dueAt', 'notBefore'])
@Index('ix_upload_requests_lease', ['status', 'leasedUntil'])
@Index('ix_upload_requests_user_status', ['userid', 'status', 'plannedAt'])
@Index('ix_upload_requests_source', ['handler', 'key'])
@Index('ix_upload_requests_quota', ['userid', 'createdAt', 'status', 'wasRefused', 'bytes'])
@Index('ix_upload_requests_user_committed', ['userid', 'committedAt'])
@Index('ix_upload_requests_sdc_owed', ['sdcOwed', 'owedDueAt'])
@Index('ix_upload_requests_refresh_owed', ['refreshOwed', 'owedDueAt'])
@Index('ix_upload_requests_created', ['createdAt'])
@Index('ix_upload_requests_status_created', ['status', 'createdAt'])
@Index('ix_upload_requests_filename', ['filename', 'userid', 'failure'])
@Index('ix_upload_requests_failure', ['failure', 'batchid', 'handler', 'userid'])
export class UploadRequestEntity {
  @PrimaryGeneratedColumn({ type: 'bigint', unsigned: true })
  id!: number;

  @Column(id)
  batchid!: number;

  /** From which batch an administrator's retry took it. */
  @Column({ name: 'retry_of_batch', ...id, nullable: true })
  retryOfBatch!: number | null;

  @Column({ type: 'varchar', length: 64 })
  userid!: string;

  @Column({ type: 'enum', enum: UPLOAD_STATUSES })
  status!: UploadStatus;

  @Column({ type: 'varchar', length: 255 })
  key!: string;

  @Column({ type: 'varchar', length: 32 })
  handler!: ImageSourceName;

  @Column({ type: 'varchar', length: 2048 })
  collection!: string;

  @Column({ type: 'varchar', length: 500 })
  filename!: string;

  @Column({ type: 'mediumtext' })
  wikitext!: string;

  @Column({ name: 'copyright_override', type: 'boolean' })
  copyrightOverride!: boolean;

  @Column({ type: 'json', nullable: true })
  labels!: Label[] | null;

  @Column({ type: 'text', nullable: true })
  result!: string | null;

  @Column({ type: 'json', nullable: true })
  error!: StructuredError | null;

  /** What kind of failure `error` tells of; null unless the upload has failed. */
  @Column({ type: 'varchar', length: 16, nullable: true })
  failure!: FailureType | null;

  @Column({ type: 'varchar', length: 2048, nullable: true })
  success!: string | null;

  @Column({ name: 'created_at', ...moment })
  createdAt!: Date;

  @Column({ name: 'updated_at', ...moment })
  updatedAt!: Date;

  @Column({ type: 'int', unsigned: true, default: 1 })
  version!: number;

  @Column({ name: 'planned_at', ...moment })
  plannedAt!: Date;

  @Column({ name: 'not_before', ...optionalMoment })
  notBefore!: Date | null;

  /** The later of the two above. */
  @Column({ name: 'due_at', ...moment })
  dueAt!: Date;

  /** The file is in the wiki's stash: only the commit is left, which comes at `due_at`. */
  @Column({ type: 'boolean', default: false })
  staged!: boolean;

  /** When its job was added or last looked for; null while it is not known to have one. */
  @Column({ name: 'dispatched_at', ...optionalMoment })
  dispatchedAt!: Date | null;

  @Column({ type: 'json' })
  attempts!: Record<string, number>;

  @Column({ name: 'lease_owner', type: 'varchar', length: 100, nullable: true })
  leaseOwner!: string | null;

  @Column({ name: 'leased_until', ...optionalMoment })
  leasedUntil!: Date | null;

  @Column({ name: 'cancel_requested_at', ...optionalMoment })
  cancelRequestedAt!: Date | null;

  @Column({ name: 'committed_at', ...optionalMoment })
  committedAt!: Date | null;

  @Column({ type: 'json' })
  checkpoint!: UploadCheckpoint;

  @Column({ name: 'sdc_owed', type: 'boolean', default: false })
  sdcOwed!: boolean;

  @Column({ name: 'refresh_owed', type: 'boolean', default: false })
  refreshOwed!: boolean;

  /** When to try again what is owed; null when nothing is, or when it waits for the person to sign in. */
  @Column({ name: 'owed_due_at', ...optionalMoment })
  owedDueAt!: Date | null;

  @Column({ name: 'access_token', type: 'varchar', length: 1024, nullable: true })
  accessToken!: string | null;

  /** The trace of the request that made it. */
  @Column(traceparent)
  traceparent!: string | null;

  /** It never was in the queue: its item was refused. */
  @Column({ name: 'was_refused', type: 'boolean', default: false })
  wasRefused!: boolean;

  /** Of its file, once downloaded. */
  @Column({ ...id, nullable: true })
  bytes!: number | null;

  @ManyToOne(() => BatchEntity)
  @JoinColumn({ name: 'batchid', foreignKeyConstraintName: 'fk_upload_requests_batch' })
  batch!: Relation<BatchEntity>;

  @ManyToOne(() => UserEntity)
  @JoinColumn({ name: 'userid', foreignKeyConstraintName: 'fk_upload_requests_user' })
  user!: Relation<UserEntity>;
}
