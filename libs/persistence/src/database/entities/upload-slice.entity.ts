import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { BatchEntity } from './batch.entity.js';
import { moment } from './columns.js';

/** Which slices a batch has taken, so that one sent again creates nothing. */
@Entity('upload_slices')
export class UploadSliceEntity {
  @PrimaryColumn({ type: 'bigint', unsigned: true })
  batchid!: number;

  @PrimaryColumn({ type: 'int', unsigned: true })
  sliceid!: number;

  @Column({ name: 'items_hash', type: 'varchar', length: 64 })
  itemsHash!: string;

  @Column({ name: 'created_at', ...moment })
  createdAt!: Date;

  @ManyToOne(() => BatchEntity)
  @JoinColumn({ name: 'batchid', foreignKeyConstraintName: 'fk_upload_slices_batch' })
  batch!: Relation<BatchEntity>;
}
