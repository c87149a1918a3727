import { ERROR_CODES, type ErrorCode } from '#app/protocol';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ErrorBody } from '../http/render-error.js';

/** The one shape of every error. */
export class ErrorDto implements ErrorBody {
  @ApiProperty({ enum: ERROR_CODES, enumName: 'ErrorCode' })
  error_code!: ErrorCode;

  @ApiProperty({ type: 'integer', example: 404 })
  http_status!: number;

  @ApiProperty({ description: 'Fit to show to a person' })
  error_msg!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Id of who asked, null without a session or when the body could not be read',
  })
  x_user!: string | null;

  @ApiProperty({ description: 'Also in the header X-Request-Id' })
  request_id!: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'What a client can act on; for VALIDATION_FAILED: field → messages',
  })
  details?: Record<string, unknown>;

  @ApiProperty({ description: 'The same as error_msg, for older clients', deprecated: true })
  detail!: string;
}
