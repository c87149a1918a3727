import type { Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { QueryBoolean, QueryChoice, QueryInteger, QueryText } from './query-fields.js';

const LAST_PAGE = 1_000_000;

/** Which part of a list is asked for. */
export class PageQuery {
  @QueryInteger({ min: 0, max: LAST_PAGE, fallback: 0, description: 'From 0' })
  page = 0;

  @QueryInteger({ min: 1, max: 100, fallback: 20 })
  size = 20;

  @QueryBoolean({ fallback: false, description: 'Ascending' })
  asc = false;
}

/** A page query of a list that can be sorted by these, by the first one unless another is asked for. */
export function sortedPageQuery<const Field extends string>(
  fields: readonly [Field, ...Field[]],
): Type<PageQuery & { sortby: Field }> {
  const [fallback] = fields;
  class SortedPageQuery extends PageQuery {
    @QueryChoice<Field>(fields, { fallback })
    sortby: Field = fallback;
  }
  return SortedPageQuery;
}

/** @param limit how many items, unless another number is asked for */
export function adminPageQuery(limit: number): Type<{ page: number; limit: number }> {
  class Query {
    @QueryInteger({ min: 1, max: LAST_PAGE, fallback: 1, description: 'From 1' })
    page = 1;

    @QueryInteger({ min: 1, max: 500, fallback: limit })
    limit = limit;
  }
  return Query;
}

/** Which part of an administrators' list is asked for. */
export class AdminPageQuery extends adminPageQuery(100) {
  @QueryText({ max: 255, description: 'Ids exactly; names of people and files by how they begin' })
  filter_text?: string;
}

export interface List<Item> {
  items: Item[];
  /** On all pages. */
  total: number;
}

export interface Page<Item> extends List<Item> {
  /** From 0. */
  page: number;
  size: number;
}

const named = <T extends object>(of: T, name: string): T =>
  Object.defineProperty(of, 'name', { value: name });

/** The documented shape of {@link List}. Call it once for each kind of item. */
export function listOf<Item>(ItemDto: Type<Item>): Type<List<Item>> {
  class ListDto implements List<Item> {
    @ApiProperty({ type: ItemDto, isArray: true })
    items!: Item[];

    @ApiProperty({ type: 'integer', description: 'On all pages' })
    total!: number;
  }
  return named(ListDto, `${ItemDto.name}List`);
}

/** The documented shape of {@link Page}. Call it once for each kind of item. */
export function pageOf<Item>(ItemDto: Type<Item>): Type<Page<Item>> {
  class PageDto extends listOf(ItemDto) implements Page<Item> {
    @ApiProperty({ type: 'integer', description: 'From 0' })
    page!: number;

    @ApiProperty({ type: 'integer' })
    size!: number;
  }
  return named(PageDto, `${ItemDto.name}Page`);
}

/** A page as it is answered. */
export const toPage = <Item>(
  { items, total }: { items: readonly Item[]; total: number },
  { page, size }: Pick<PageQuery, 'page' | 'size'>,
): Page<Item> => ({ items: [...items], total, page, size });
