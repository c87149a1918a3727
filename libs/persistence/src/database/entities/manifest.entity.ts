import type { ManifestCells } from '#app/protocol';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { moment } from './columns.js';
import { UserEntity } from './user.entity.js';

/** A table of images that a person has handed in. */
@Entity('manifests')
@Index('ix_manifests_user', ['userid', 'createdAt'])
export class ManifestEntity {
  /** Random: whoever knows it may upload from it. */
  @PrimaryColumn({ type: 'char', length: 36 })
  id!: string;

  @Column({ type: 'varchar', length: 64 })
  userid!: string;

  @Column({ name: 'created_at', ...moment })
  createdAt!: Date;

  @ManyToOne(() => UserEntity)
  @JoinColumn({ name: 'userid', foreignKeyConstraintName: 'fk_manifests_user' })
  user!: Relation<UserEntity>;
}

@Entity('manifest_rows')
@Index('uq_manifest_rows_key', ['manifestId', 'key'], { unique: true })
export class ManifestRowEntity {
  @PrimaryColumn({ name: 'manifest_id', type: 'char', length: 36 })
  manifestId!: string;

  /** In the file. */
  @PrimaryColumn({ type: 'int', unsigned: true })
  position!: number;

  @Column({ type: 'varchar', length: 255 })
  key!: string;

  @Column({ type: 'json' })
  cells!: ManifestCells;

  @ManyToOne(() => ManifestEntity)
  @JoinColumn({ name: 'manifest_id', foreignKeyConstraintName: 'fk_manifest_rows_manifest' })
  manifest!: Relation<ManifestEntity>;
}
