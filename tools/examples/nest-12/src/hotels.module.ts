import { HttpService } from '@nestjs/axios';
import { Controller, Get, Injectable, Module, Param } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { InjectOutboundHttp, OutboundHttpModule, type OutboundHttpOptionsFactory } from '@outbound-auth/nestjs/axios';
import type { AxiosRequestConfig } from 'axios';
import { map, type Observable } from 'rxjs';

@Injectable()
class HotelsHttp implements OutboundHttpOptionsFactory {
  constructor(private readonly config: ConfigService) {}

  createOutboundHttpOptions(): AxiosRequestConfig {
    return { baseURL: this.config.getOrThrow<string>('HOTELS_URL') };
  }
}

/** Asks for hotels by an `HttpService` of its own, with the service's own token. */
@Controller('hotels')
class HotelsController {
  constructor(@InjectOutboundHttp('hotels') private readonly http: HttpService) {}

  @Get(':city')
  in(@Param('city') city: string): Observable<unknown> {
    return this.http.get<unknown>('/search', { params: { city } }).pipe(map(({ data }) => data));
  }
}

@Module({
  imports: [OutboundHttpModule.registerAsync({ client: 'hotels', useClass: HotelsHttp })],
  controllers: [HotelsController],
})
export class HotelsModule {}
