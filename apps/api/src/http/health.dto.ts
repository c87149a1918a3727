import { ApiProperty } from '@nestjs/swagger';

export class HealthDto {
  @ApiProperty({ enum: ['ok'] })
  status!: 'ok';
}

export class StoreHealthDto {
  @ApiProperty({ enum: ['up', 'degraded', 'down'] })
  status!: 'up' | 'degraded' | 'down';

  @ApiProperty({ type: 'integer', required: false, description: 'Milliseconds' })
  response_time?: number;
}

export class StoresDto {
  @ApiProperty({ type: StoreHealthDto })
  database!: StoreHealthDto;

  @ApiProperty({ type: StoreHealthDto })
  redis!: StoreHealthDto;
}

export class ReadyDto extends HealthDto {
  @ApiProperty({ type: StoresDto })
  details!: StoresDto;
}
