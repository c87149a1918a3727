import { AuditLog, BatchRepository, PeopleAdministration, type AuditRecord } from '#app/persistence';
import { Controller, Get, Query, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminGuard } from '../auth/current-user.js';
import { NeedsScope } from '../auth/required-scope.js';
import { ApiErrors } from '../docs/api-errors.js';
import { AdminPageQuery } from '../http/paging.js';
import {
  AdminBatchListDto,
  AdminPresetListDto,
  AdminUserListDto,
  AuditRecordListDto,
  type AdminPresetDto,
  type AdminUserDto,
  type AuditRecordDto,
} from './admin-items.dto.js';
import { AuditQuery } from './admin-queries.dto.js';

type KnownUser = Awaited<ReturnType<PeopleAdministration['listUsers']>>['items'][number];
type Preset = Awaited<ReturnType<PeopleAdministration['listPresets']>>['items'][number];

/** What administrators look through. */
@ApiTags('administration')
@Controller('api/admin')
@UseGuards(AdminGuard)
@NeedsScope('admin')
@ApiErrors('VALIDATION_FAILED', 'UNAUTHENTICATED', 'FORBIDDEN', 'RATE_LIMITED', 'NOT_READY')
export class AdminListsController {
  constructor(
    private readonly batches: BatchRepository,
    private readonly people: PeopleAdministration,
    private readonly audit: AuditLog,
  ) {}

  @Get('batches')
  @ApiOperation({ summary: 'All batches, newest first' })
  @ApiOkResponse({ type: AdminBatchListDto })
  adminBatches(@Query() { page, limit, filter_text: filter }: AdminPageQuery): Promise<AdminBatchListDto> {
    return this.batches.listPage({ page, limit, ...(filter !== undefined && { filter }) });
  }

  @Get('users')
  @ApiOperation({ summary: 'Everybody who has signed in, the newest first' })
  @ApiOkResponse({ type: AdminUserListDto })
  async adminUsers(@Query() { page, limit, filter_text: text }: AdminPageQuery): Promise<AdminUserListDto> {
    const { items, total } = await this.people.listUsers({ page, limit, text });
    return { items: items.map(toUserDto), total };
  }

  @Get('presets')
  @ApiOperation({ summary: "Everybody's presets, newest first" })
  @ApiOkResponse({ type: AdminPresetListDto })
  async adminPresets(
    @Query() { page, limit, filter_text: text }: AdminPageQuery,
  ): Promise<AdminPresetListDto> {
    const { items, total } = await this.people.listPresets({ page, limit, text });
    return { items: items.map(toPresetDto), total };
  }

  @Get('audit')
  @ApiOperation({ summary: 'What administrators changed, newest first' })
  @ApiOkResponse({ type: AuditRecordListDto })
  async adminAudit(@Query() query: AuditQuery): Promise<AuditRecordListDto> {
    const { page, limit, action, subject_kind: subjectKind, subject_id: subjectId, userid } = query;
    const { items, total } = await this.audit.list({ page, limit, action, subjectKind, subjectId, userid });
    return { items: items.map(toAuditDto), total };
  }
}

const toUserDto = ({ userid, username, createdAt, updatedAt }: KnownUser): AdminUserDto => ({
  userid,
  username,
  created_at: createdAt.toISOString(),
  updated_at: updatedAt.toISOString(),
});

const toPresetDto = (preset: Preset): AdminPresetDto => ({
  id: preset.id,
  userid: preset.userid,
  title: preset.title,
  title_template: preset.titleTemplate,
  ...(preset.labels && { labels: preset.labels }),
  ...(preset.categories !== null && { categories: preset.categories }),
  exclude_from_date_category: preset.excludeFromDateCategory,
  handler: preset.handler,
  is_default: preset.isDefault,
  created_at: preset.createdAt.toISOString(),
  updated_at: preset.updatedAt.toISOString(),
});

const toAuditDto = (record: AuditRecord): AuditRecordDto => ({
  id: record.id,
  at: record.at.toISOString(),
  userid: record.userid,
  username: record.username,
  action: record.action,
  subject_kind: record.subjectKind,
  subject_id: record.subjectId,
  before: record.before,
  after: record.after,
  request_id: record.requestId,
});
