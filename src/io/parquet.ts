/** `tidemark/parquet`: Parquet files as sources. */
export { type ParquetFileOptions, parquetFile } from './parquet/parquetFile.ts'
