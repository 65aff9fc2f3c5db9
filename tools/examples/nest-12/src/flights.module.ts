import { Controller, Get, Module, Param } from '@nestjs/common';
import { FlightsService } from './flights.service.js';

@Controller('flights')
class FlightsController {
  constructor(private readonly flights: FlightsService) {}

  @Get(':from/:to')
  between(@Param('from') from: string, @Param('to') to: string): Promise<unknown> {
    return this.flights.between(from, to);
  }
}

@Module({ controllers: [FlightsController], providers: [FlightsService] })
export class FlightsModule {}
