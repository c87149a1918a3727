import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { id, moment } from './columns.js';

/** Which rows of the Python backend's database were moved here, and what they are here. */
@Entity('python_rows')
@Index('ix_python_rows_unsettled', ['kind', 'isSettled', 'oldId'])
export class PythonRowEntity {
  @PrimaryColumn({ type: 'varchar', length: 16 })
  kind!: 'batch' | 'further-batch' | 'upload' | 'preset';

  @PrimaryColumn({ name: 'old_id', type: 'bigint', unsigned: true })
  oldId!: number;

  /** Counts the further batches of one there, from 1. */
  @PrimaryColumn({ type: 'int', unsigned: true })
  part!: number;

  @Column({ name: 'new_id', ...id })
  newId!: number;

  /** It cannot change there any more. */
  @Column({ name: 'is_settled', type: 'boolean' })
  isSettled!: boolean;

  @Column({ name: 'moved_at', ...moment })
  movedAt!: Date;
}
