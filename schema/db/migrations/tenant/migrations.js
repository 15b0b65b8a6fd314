import journal from './meta/_journal.json';
import m0000 from './0000_judgments.sql';
import m0001 from './0001_limits_usage.sql';
import m0002 from './0002_evaluations.sql';
import m0003 from './0003_evaluation_counts.sql';
import m0004 from './0004_batches.sql';
import m0005 from './0005_usage_latency.sql';
import m0006 from './0006_evaluation_tallies.sql';
import m0007 from './0007_evaluation_counts_dropped.sql';
import m0008 from './0008_judged_rows.sql';
import m0009 from './0009_files_arriving.sql';
import m0010 from './0010_judgments_of_evaluations.sql';
import m0011 from './0011_progress_of_evaluations.sql';

  export default {
    journal,
    migrations: {
      m0000,
m0001,
m0002,
m0003,
m0004,
m0005,
m0006,
m0007,
m0008,
m0009,
m0010,
m0011
    }
  }
  