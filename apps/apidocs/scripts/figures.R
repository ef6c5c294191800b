library(jsonlite)

address <- "https://996.example.vn/api/v1/indicators/MT5/values/?period=2025"
line <- url(address, headers = c(Authorization = paste("Bearer", Sys.getenv("TOKEN"))), encoding = "UTF-8")
figures <- fromJSON(paste(readLines(line, warn = FALSE), collapse = "\n"))$results
close(line)
print(figures[, c("unit_name", "value", "status")])
