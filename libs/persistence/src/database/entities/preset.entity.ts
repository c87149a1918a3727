import type { ImageSourceName, Label } from '#app/protocol';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { moment } from './columns.js';
import { UserEntity } from './user.entity.js';

@Entity('presets')
@Index('ix_presets_user_handler', ['userid', 'handler'])
export class PresetEntity {
  @PrimaryGeneratedColumn({ type: 'bigint', unsigned: true })
  id!: number;

  @Column({ type: 'varchar', length: 64 })
  userid!: string;

  @Column({ type: 'varchar', length: 32 })
  handler!: ImageSourceName;

  @Column({ type: 'varchar', length: 255 })
  title!: string;

  @Column({ name: 'title_template', type: 'text' })
  titleTemplate!: string;

  @Column({ type: 'json', nullable: true })
  labels!: Label | null;

  @Column({ type: 'text', nullable: true })
  categories!: string | null;

  @Column({ name: 'exclude_from_date_category', type: 'boolean' })
  excludeFromDateCategory!: boolean;

  @Column({ name: 'is_default', type: 'boolean' })
  isDefault!: boolean;

  @Column({ name: 'created_at', ...moment })
  createdAt!: Date;

  @Column({ name: 'updated_at', ...moment })
  updatedAt!: Date;

  @ManyToOne(() => UserEntity)
  @JoinColumn({ name: 'userid', foreignKeyConstraintName: 'fk_presets_user' })
  user!: Relation<UserEntity>;
}
