import { ERROR_STATUS, type ErrorCode } from '#app/protocol';
import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { ErrorDto } from './error.dto.js';

/** Documents the errors that a route can answer with, all in the one shape. */
export function ApiErrors(...codes: ErrorCode[]): MethodDecorator & ClassDecorator {
  const listed: readonly ErrorCode[] = [...codes, 'INTERNAL'];
  const statuses = new Set(listed.map((code) => ERROR_STATUS[code]));
  return applyDecorators(
    ...[...statuses].map((status) => {
      const same = listed.filter((code) => ERROR_STATUS[code] === status);
      return ApiResponse({ status, type: ErrorDto, description: same.join(', ') });
    }),
  );
}
