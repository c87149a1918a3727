import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  HttpStatus,
  Post,
  Put,
  Query,
  Res,
  UseGuards,
} from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { Response } from 'express';
import { CurrentUser, SessionGuard } from '../auth/current-user.js';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { ApiErrors } from '../docs/api-errors.js';
import { IdParam } from '../http/id-param.js';
import { toPage } from '../http/paging.js';
import { AcceptedDto } from '../jobs/job-status.dto.js';
import {
  RunsQuery,
  ScheduleDto,
  SchedulePageDto,
  ScheduleRunDto,
  ScheduleRunPageDto,
  SchedulesQuery,
  WriteScheduleDto,
} from './schedule.dto.js';
import { Schedules } from './schedules.service.js';
import { toRunDto, toScheduleDto } from './to-schedule-dto.js';
import { Throttled } from '../throttle/throttled.js';

const ALWAYS = ['UNAUTHENTICATED', 'FORBIDDEN', 'VALIDATION_FAILED', 'RATE_LIMITED', 'NOT_READY'] as const;

@ApiTags('schedules')
@Controller('api/schedules')
@UseGuards(SessionGuard)
export class SchedulesController {
  constructor(private readonly schedules: Schedules) {}

  @Post()
  @ApiOperation({
    summary: 'Has something done again and again',
    description:
      'Each slot has one run. Of slots that were missed, the last one is caught up. It is disabled, and you are notified, when its last active day is over, when you sign out for good or lose your rights, and when it fails five times in a row.',
  })
  @ApiCreatedResponse({ type: ScheduleDto })
  @ApiErrors(...ALWAYS, 'SCHEDULE_CONFLICT')
  async createSchedule(
    @CurrentUser() user: SignedInUser,
    @Body() dto: WriteScheduleDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ScheduleDto> {
    const schedule = await this.schedules.create(user, dto);
    response.location(`/api/schedules/${schedule.id}`);
    return toScheduleDto(schedule);
  }

  @Get()
  @ApiOperation({ summary: 'Your schedules' })
  @ApiOkResponse({ type: SchedulePageDto })
  @ApiErrors(...ALWAYS)
  async listSchedules(
    @CurrentUser() user: SignedInUser,
    @Query() query: SchedulesQuery,
  ): Promise<SchedulePageDto> {
    const { items, total } = await this.schedules.list(user, query);
    return toPage({ items: items.map(toScheduleDto), total }, query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One of your schedules' })
  @ApiOkResponse({ type: ScheduleDto })
  @ApiErrors(...ALWAYS, 'SCHEDULE_NOT_FOUND')
  async getSchedule(@CurrentUser() user: SignedInUser, @IdParam() id: number): Promise<ScheduleDto> {
    return toScheduleDto(await this.schedules.get(user, id));
  }

  @Put(':id')
  @ApiOperation({ summary: 'Replaces one of your schedules; it begins anew, without its failures' })
  @ApiOkResponse({ type: ScheduleDto })
  @ApiErrors(...ALWAYS, 'SCHEDULE_NOT_FOUND')
  async replaceSchedule(
    @CurrentUser() user: SignedInUser,
    @IdParam() id: number,
    @Body() dto: WriteScheduleDto,
  ): Promise<ScheduleDto> {
    return toScheduleDto(await this.schedules.replace(user, id, dto));
  }

  @Delete(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({ summary: 'Deletes one of your schedules with its runs; what runs is cancelled' })
  @ApiNoContentResponse()
  @ApiErrors(...ALWAYS, 'SCHEDULE_NOT_FOUND')
  async deleteSchedule(@CurrentUser() user: SignedInUser, @IdParam() id: number): Promise<void> {
    await this.schedules.delete(user, id);
  }

  @Post(':id/run')
  @Throttled('schedule-run')
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiOperation({ summary: 'Runs one of your schedules at once, enabled or not' })
  @ApiAcceptedResponse({ type: AcceptedDto, headers: { Location: { schema: { type: 'string' } } } })
  @ApiErrors(...ALWAYS, 'SCHEDULE_NOT_FOUND')
  async runSchedule(
    @CurrentUser() user: SignedInUser,
    @IdParam() id: number,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AcceptedDto> {
    const run = await this.schedules.run(user, id);
    response.location(`/api/schedules/${id}/runs/${run.id}`);
    return { job_id: run.id };
  }

  @Get(':id/runs')
  @ApiOperation({ summary: 'The runs of one of your schedules, by slot; kept for 90 days' })
  @ApiOkResponse({ type: ScheduleRunPageDto })
  @ApiErrors(...ALWAYS, 'SCHEDULE_NOT_FOUND')
  async listRuns(
    @CurrentUser() user: SignedInUser,
    @IdParam() id: number,
    @Query() query: RunsQuery,
  ): Promise<ScheduleRunPageDto> {
    const { items, total } = await this.schedules.listRuns(user, id, query);
    return toPage({ items: items.map(toRunDto), total }, query);
  }

  @Get(':id/runs/:runId')
  @ApiOperation({ summary: 'One run of one of your schedules' })
  @ApiOkResponse({ type: ScheduleRunDto })
  @ApiErrors(...ALWAYS, 'SCHEDULE_NOT_FOUND', 'RUN_NOT_FOUND')
  async getRun(
    @CurrentUser() user: SignedInUser,
    @IdParam() id: number,
    @IdParam('runId') runId: number,
  ): Promise<ScheduleRunDto> {
    return toRunDto(await this.schedules.getRun(user, id, runId));
  }
}
