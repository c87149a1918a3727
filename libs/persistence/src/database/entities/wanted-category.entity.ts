import { Column, Entity, Index, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import { moment, optionalMoment } from './columns.js';

const number = { type: 'int', unsigned: true } as const;
const title = { type: 'varchar', length: 255 } as const;

@Entity('wanted_category_lists')
export class WantedCategoryListEntity {
  @PrimaryGeneratedColumn({ type: 'int', unsigned: true })
  id!: number;

  @Column({ name: 'started_at', ...moment })
  startedAt!: Date;

  /** The newest list that has this is the one that people see. */
  @Column({ name: 'completed_at', ...optionalMoment })
  completedAt!: Date | null;

  /** Places, those of forgotten categories too. */
  @Column({ name: 'item_count', ...number })
  itemCount!: number;
}

@Entity('wanted_categories')
@Index('ix_wanted_categories_title', ['title'])
@Index('ix_wanted_categories_forgotten', ['listId', 'isForgotten', 'position'])
export class WantedCategoryEntity {
  @PrimaryColumn({ name: 'list_id', ...number })
  listId!: number;

  /** From 0, the largest category first. */
  @PrimaryColumn(number)
  position!: number;

  @Column(title)
  title!: string;

  @Column(number)
  subcats!: number;

  @Column(number)
  files!: number;

  @Column(number)
  total!: number;

  /** Created or emptied since it was found. */
  @Column({ name: 'is_forgotten', type: 'boolean' })
  isForgotten!: boolean;
}

/** What a list in the making will be made of. */
@Entity('wanted_category_finds')
export class WantedCategoryFindEntity {
  @PrimaryColumn({ name: 'list_id', ...number })
  listId!: number;

  /** Minus the total, so that the key has the order of the list. */
  @PrimaryColumn({ name: 'rank_key', type: 'bigint' })
  rankKey!: number;

  @PrimaryColumn(title)
  title!: string;

  @Column(number)
  subcats!: number;

  @Column(number)
  files!: number;

  @Column(number)
  total!: number;
}

/** Categories that were created or emptied here, which the replica may not know of yet. */
@Entity('forgotten_categories')
@Index('ix_forgotten_categories_forgotten_at', ['forgottenAt'])
export class ForgottenCategoryEntity {
  @PrimaryColumn(title)
  title!: string;

  @Column({ name: 'forgotten_at', ...moment })
  forgottenAt!: Date;
}
