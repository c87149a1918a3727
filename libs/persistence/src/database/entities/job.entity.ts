import { JOB_STATUSES, type JobError, type JobKind, type JobStatus } from '#app/protocol';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { moment, optionalMoment, traceparent } from './columns.js';
import { UserEntity } from './user.entity.js';

const count = { type: 'int', unsigned: true } as const;

@Entity('jobs')
@Index('uq_jobs_open', ['openKey'], { unique: true })
@Index('ix_jobs_waiting', ['status', 'userid', 'dueAt'])
@Index('ix_jobs_due', ['status', 'dueAt'])
@Index('ix_jobs_lease', ['status', 'leasedUntil'])
@Index('ix_jobs_user_kind', ['userid', 'kind', 'subjectKey'])
@Index('ix_jobs_user_served', ['userid', 'servedAt'])
@Index('ix_jobs_ended', ['endedAt'])
export class JobEntity {
  @PrimaryGeneratedColumn({ type: 'bigint', unsigned: true })
  id!: number;

  @Column({ type: 'varchar', length: 32 })
  kind!: JobKind;

  @Column({ type: 'varchar', length: 64 })
  userid!: string;

  @Column({ type: 'varchar', length: 1000 })
  subject!: string;

  /** SHA-256 of the subject. */
  @Column({ name: 'subject_key', type: 'char', length: 64 })
  subjectKey!: string;

  /** SHA-256 of kind, person and subject while the job may be joined. */
  @Column({ name: 'open_key', type: 'char', length: 64, nullable: true })
  openKey!: string | null;

  @Column({ type: 'json' })
  params!: object;

  @Column({ type: 'enum', enum: [...JOB_STATUSES] })
  status!: JobStatus;

  @Column(count)
  done!: number;

  @Column({ ...count, nullable: true })
  total!: number | null;

  @Column({ type: 'json', nullable: true })
  position!: object | null;

  @Column({ type: 'json', nullable: true })
  result!: object | null;

  @Column({ type: 'json', nullable: true })
  error!: JobError | null;

  @Column(count)
  attempts!: number;

  @Column({ name: 'due_at', ...moment })
  dueAt!: Date;

  @Column({ name: 'lease_owner', type: 'varchar', length: 100, nullable: true })
  leaseOwner!: string | null;

  @Column({ name: 'leased_until', ...optionalMoment })
  leasedUntil!: Date | null;

  @Column({ name: 'served_at', ...optionalMoment })
  servedAt!: Date | null;

  @Column({ name: 'cancel_requested_at', ...optionalMoment })
  cancelRequestedAt!: Date | null;

  /** The trace of the request that made it. */
  @Column(traceparent)
  traceparent!: string | null;

  @Column({ name: 'created_at', ...moment })
  createdAt!: Date;

  @Column({ name: 'updated_at', ...moment })
  updatedAt!: Date;

  @Column({ name: 'started_at', ...optionalMoment })
  startedAt!: Date | null;

  @Column({ name: 'ended_at', ...optionalMoment })
  endedAt!: Date | null;

  @ManyToOne(() => UserEntity)
  @JoinColumn({ name: 'userid', foreignKeyConstraintName: 'fk_jobs_user' })
  user!: Relation<UserEntity>;
}
