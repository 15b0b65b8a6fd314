import journal from './meta/_journal.json';
import m0000 from './0000_judgments.sql';
import m0001 from './0001_limits_usage.sql';
import m0002 from './0002_evaluations.sql';
import m0003 from './0003_evaluation_counts.sql';
import m0004 from './0004_batches.sql';

  export default {
    journal,
    migrations: {
      m0000,
m0001,
m0002,
m0003,
m0004
    }
  }
  