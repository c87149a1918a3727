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
import type { QuotaPeriod, QuotaType } from '../../quotas/quota.js';
import { id, moment, optionalMoment } from './columns.js';
import { UserEntity } from './user.entity.js';

const type = { type: 'varchar', length: 32 } as const;

@Entity('quotas')
@Index('uq_quotas_name', ['name'], { unique: true })
@Index('uq_quotas_default', ['defaultFor'], { unique: true })
export class QuotaEntity {
  @PrimaryGeneratedColumn({ type: 'bigint', unsigned: true })
  id!: number;

  @Column({ type: 'varchar', length: 255 })
  name!: string;

  @Column({ type: 'text' })
  description!: string;

  @Column({ type: 'boolean' })
  enable!: boolean;

  @Column(type)
  type!: QuotaType;

  @Column(id)
  value!: number;

  @Column({ type: 'varchar', length: 16 })
  period!: QuotaPeriod;

  @Column({ name: 'period_hours', type: 'int', unsigned: true, nullable: true })
  periodHours!: number | null;

  @Column({ name: 'until_at', ...optionalMoment })
  untilAt!: Date | null;

  /** The type, where it holds for everybody without a quota of that type: one of a type. */
  @Column({ name: 'default_for', ...type, nullable: true })
  defaultFor!: QuotaType | null;

  @Column({ name: 'created_at', ...moment })
  createdAt!: Date;

  @Column({ name: 'updated_at', ...moment })
  updatedAt!: Date;
}

@Entity('user_quotas')
@Index('ix_user_quotas_quota', ['quotaId'])
export class UserQuotaEntity {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  userid!: string;

  @PrimaryColumn(type)
  type!: QuotaType;

  @Column({ name: 'quota_id', ...id })
  quotaId!: number;

  @Column({ name: 'created_at', ...moment })
  createdAt!: Date;

  @ManyToOne(() => UserEntity)
  @JoinColumn({ name: 'userid', foreignKeyConstraintName: 'fk_user_quotas_user' })
  user!: Relation<UserEntity>;

  @ManyToOne(() => QuotaEntity)
  @JoinColumn({ name: 'quota_id', foreignKeyConstraintName: 'fk_user_quotas_quota' })
  quota!: Relation<QuotaEntity>;
}

/** What a person had used of a quota up to a moment. */
@Entity('quota_counts')
@Index('ix_quota_counts_quota', ['quotaId'])
export class QuotaCountEntity {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  userid!: string;

  @PrimaryColumn({ name: 'quota_id', type: 'bigint', unsigned: true })
  quotaId!: number;

  /** What was created from here on, and before `countedUntil`, is counted. */
  @Column({ name: 'counted_from', ...moment })
  countedFrom!: Date;

  @Column({ name: 'counted_until', ...moment })
  countedUntil!: Date;

  /** Uploads or bytes, of those that had ended. */
  @Column(id)
  used!: number;

  /** Ids of those that had not. */
  @Column({ name: 'open_ids', type: 'json' })
  openIds!: number[];

  @ManyToOne(() => UserEntity)
  @JoinColumn({ name: 'userid', foreignKeyConstraintName: 'fk_quota_counts_user' })
  user!: Relation<UserEntity>;

  @ManyToOne(() => QuotaEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'quota_id', foreignKeyConstraintName: 'fk_quota_counts_quota' })
  quota!: Relation<QuotaEntity>;
}

/** Since when a quota is nearly spent, and whether its person was told. */
@Entity('quota_warnings')
@Index('ix_quota_warnings_quota', ['quotaId'])
@Index('ix_quota_warnings_told', ['toldAt'])
export class QuotaWarningEntity {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  userid!: string;

  @PrimaryColumn({ name: 'quota_id', type: 'bigint', unsigned: true })
  quotaId!: number;

  @Column({ name: 'reached_at', ...moment })
  reachedAt!: Date;

  @Column({ name: 'told_at', ...optionalMoment })
  toldAt!: Date | null;

  @ManyToOne(() => UserEntity)
  @JoinColumn({ name: 'userid', foreignKeyConstraintName: 'fk_quota_warnings_user' })
  user!: Relation<UserEntity>;

  @ManyToOne(() => QuotaEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'quota_id', foreignKeyConstraintName: 'fk_quota_warnings_quota' })
  quota!: Relation<QuotaEntity>;
}
