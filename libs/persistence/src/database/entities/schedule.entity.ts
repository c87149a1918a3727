import { JOB_STATUSES, type JobError, type JobStatus, type ScheduleKind } from '#app/protocol';
import {
  Column,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  type Relation,
} from 'typeorm';
import { id, moment, optionalMoment } from './columns.js';
import { UserEntity } from './user.entity.js';

const number = { type: 'int', unsigned: true } as const;
const hour = { type: 'tinyint', unsigned: true, nullable: true } as const;
const day = { type: 'char', length: 10, nullable: true } as const;

@Entity('schedules')
@Index('ix_schedules_due', ['enabled', 'nextSlotAt'])
@Index('ix_schedules_slot_set', ['enabled', 'slotSetAt'])
@Index('ix_schedules_user', ['userid', 'id'])
export class ScheduleEntity {
  @PrimaryGeneratedColumn({ type: 'bigint', unsigned: true })
  id!: number;

  @Column({ type: 'varchar', length: 64 })
  userid!: string;

  @Column({ type: 'varchar', length: 255 })
  name!: string;

  @Column({ type: 'varchar', length: 32 })
  kind!: ScheduleKind;

  @Column({ type: 'json' })
  params!: object;

  @Column({ type: 'varchar', length: 200, nullable: true })
  cron!: string | null;

  /** In place of `cron`: counted from the creation. */
  @Column({ name: 'every_minutes', ...number, nullable: true })
  everyMinutes!: number | null;

  @Column({ name: 'time_zone', type: 'varchar', length: 64 })
  timeZone!: string;

  /** `YYYY-MM-DD` in the zone, as `active_until`, both inclusive. */
  @Column({ name: 'active_from', ...day })
  activeFrom!: string | null;

  @Column({ name: 'active_until', ...day })
  activeUntil!: string | null;

  @Column({ name: 'hours_from', ...hour })
  hoursFrom!: number | null;

  @Column({ name: 'hours_until', ...hour })
  hoursUntil!: number | null;

  @Column({ type: 'boolean' })
  enabled!: boolean;

  /** The first slot without a run. */
  @Column({ name: 'next_slot_at', ...optionalMoment })
  nextSlotAt!: Date | null;

  /** By the clock of whoever found `next_slot_at`. */
  @Column({ name: 'slot_set_at', ...optionalMoment })
  slotSetAt!: Date | null;

  /** In a row, up to now. */
  @Column(number)
  failures!: number;

  @Column({ name: 'disabled_reason', type: 'varchar', length: 1000, nullable: true })
  disabledReason!: string | null;

  @Column({ name: 'disabled_at', ...optionalMoment })
  disabledAt!: Date | null;

  @Column({ name: 'created_at', ...moment })
  createdAt!: Date;

  @Column({ name: 'updated_at', ...moment })
  updatedAt!: Date;

  @ManyToOne(() => UserEntity)
  @JoinColumn({ name: 'userid', foreignKeyConstraintName: 'fk_schedules_user' })
  user!: Relation<UserEntity>;
}

/** One for each slot, and for each time that it was asked for by hand. */
@Entity('schedule_runs')
@Index('uq_schedule_runs_slot', ['scheduleId', 'slotAt'], { unique: true })
@Index('ix_schedule_runs_open', ['status', 'id'])
@Index('ix_schedule_runs_schedule', ['scheduleId', 'status'])
@Index('ix_schedule_runs_created', ['scheduleId', 'id'])
@Index('ix_schedule_runs_ended', ['endedAt'])
export class ScheduleRunEntity {
  @PrimaryGeneratedColumn({ type: 'bigint', unsigned: true })
  id!: number;

  @Column({ name: 'schedule_id', ...id })
  scheduleId!: number;

  @Column({ name: 'slot_at', ...moment })
  slotAt!: Date;

  @Column({ name: 'is_manual', type: 'boolean' })
  isManual!: boolean;

  @Column({ type: 'enum', enum: [...JOB_STATUSES] })
  status!: JobStatus;

  @Column({ name: 'job_id', ...id, nullable: true })
  jobId!: number | null;

  /** As its job had come when it ended. */
  @Column({ ...number, default: 0 })
  done!: number;

  @Column({ ...number, nullable: true })
  total!: number | null;

  @Column({ type: 'json', nullable: true })
  error!: JobError | null;

  @Column({ name: 'created_at', ...moment })
  createdAt!: Date;

  @Column({ name: 'started_at', ...optionalMoment })
  startedAt!: Date | null;

  @Column({ name: 'ended_at', ...optionalMoment })
  endedAt!: Date | null;

  @ManyToOne(() => ScheduleEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'schedule_id', foreignKeyConstraintName: 'fk_schedule_runs_schedule' })
  schedule!: Relation<ScheduleEntity>;
}

/** The images that a watched collection is known to have, with the run that saw each first. */
@Entity('schedule_images')
@Index('ix_schedule_images_run', ['scheduleId', 'runId'])
@Index('ix_schedule_images_waiting', ['scheduleId', 'waitsFor', 'image'])
export class ScheduleImageEntity {
  @PrimaryColumn({ name: 'schedule_id', type: 'bigint', unsigned: true })
  scheduleId!: number;

  @PrimaryColumn({ type: 'varchar', length: 255 })
  image!: string;

  @Column({ name: 'run_id', ...id })
  runId!: number;

  /** SHA-256 of the collection of which it is still to be queued for upload. */
  @Column({ name: 'waits_for', type: 'char', length: 64, nullable: true })
  waitsFor!: string | null;

  @ManyToOne(() => ScheduleEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'schedule_id', foreignKeyConstraintName: 'fk_schedule_images_schedule' })
  schedule!: Relation<ScheduleEntity>;
}
