"""English names of resources and of what is done at their addresses."""

RESOURCES = {
    "allocations": ("Giao chỉ tiêu", "Targets given to units"),
    "changes": ("Thay đổi của các danh sách", "Changes of lists"),
    "closings": ("Chốt số liệu", "Closings of periods"),
    "documents": ("Văn bản", "Acts of law"),
    "figures": ("Kết quả thực hiện", "Stored figures"),
    "framework-items": ("Hạng mục kế hoạch", "Items of the plan"),
    "funding": ("Kinh phí", "Funding"),
    "indicators": ("Mục tiêu, chỉ tiêu thành phần", "Indicators"),
    "jobs": ("Tác vụ nền", "Background jobs"),
    "periods": ("Kỳ số liệu", "Periods"),
    "public": ("Số liệu đã công bố", "Published figures"),
    "publications": ("Báo cáo tổng hợp", "Report books"),
    "registers/agreements": ("Thỏa thuận hợp tác, thừa nhận lẫn nhau", "Agreements of cooperation and recognition"),
    "registers/assessments": ("Đánh giá theo bộ tiêu chí quốc gia", "Assessments by the national criteria"),
    "registers/attendances": ("Lượt học viên", "Attendances of courses"),
    "registers/awards": ("Thi đua, khen thưởng", "Awards"),
    "registers/bodies": ("Tổ chức kiểm định, hiệu chuẩn, thử nghiệm", "Bodies for verification, calibration, testing"),
    "registers/cmc": ("Khả năng đo và hiệu chuẩn (CMC)", "Calibration and measurement capabilities (CMC)"),
    "registers/cmc-status": ("Trạng thái CMC", "States of CMCs"),
    "registers/communications": ("Truyền thông về đo lường và Đề án", "News in the media"),
    "registers/comparisons": ("Hiệu chuẩn, so sánh chuẩn", "Calibrations and comparisons of standards"),
    "registers/courses": ("Khóa đào tạo, bồi dưỡng", "Training courses"),
    "registers/criteria": ("Tiêu chí của bộ tiêu chí quốc gia", "National criteria"),
    "registers/criterion-results": ("Kết quả đánh giá theo từng tiêu chí", "Results of assessments by criterion"),
    "registers/difficulties": (
        "Khó khăn, vướng mắc về đo lường của doanh nghiệp",
        "Difficulties of enterprises with measurement",
    ),
    "registers/enterprise-events": ("Giai đoạn thực hiện", "Stages of enterprises' programmes"),
    "registers/enterprises": ("Doanh nghiệp", "Enterprises"),
    "registers/evaluations": (
        "Đánh giá kết quả thực hiện Chương trình đảm bảo đo lường",
        "Evaluations of measurement assurance programmes",
    ),
    "registers/events": ("Hội nghị, hội thảo, sự kiện", "Conferences, workshops, events"),
    "registers/exchanges": ("Trao đổi, đào tạo, nghiên cứu với nước ngoài", "Exchanges with partners abroad"),
    "registers/high-tech-products": (
        "Đề xuất sản phẩm công nghệ cao được khuyến khích phát triển",
        "Proposals for the list of high-tech products",
    ),
    "registers/infrastructure-reviews": ("Rà soát hạ tầng kỹ thuật đo lường", "Reviews of technical infrastructure"),
    "registers/inspections": ("Kiểm tra, đánh giá về đo lường", "Inspections"),
    "registers/international-memberships": (
        "Tham gia tổ chức, ban kỹ thuật quốc tế",
        "Memberships in international organisations and committees",
    ),
    "registers/labs": ("Phòng thí nghiệm", "Laboratories"),
    "registers/managing-ministries": ("Bộ, ngành quản lý doanh nghiệp", "Ministries that manage enterprises"),
    "registers/planned-standards": ("Chuẩn theo quy hoạch", "Standards of the national plan"),
    "registers/policies": ("Văn bản, chính sách về đo lường", "Acts in preparation and issued"),
    "registers/priority-sectors": ("Danh mục ngành, lĩnh vực trọng tâm", "Priority sectors"),
    "registers/products": ("Sản phẩm đo lường được phát triển", "Developed products"),
    "registers/registrations": (
        "Đăng ký, chỉ định, công nhận, tự công bố",
        "Registrations, designations, accreditations, own declarations",
    ),
    "registers/scope": ("Phạm vi kiểm định, hiệu chuẩn, thử nghiệm", "Scopes of verification, calibration, testing"),
    "registers/standards": ("Chuẩn đo lường quốc gia", "National measurement standards"),
    "registers/support": ("Hoạt động hỗ trợ doanh nghiệp", "Support for enterprises"),
    "registers/unit-plans": ("Kế hoạch triển khai Đề án", "Plans of units for the programme"),
    "reports": ("Báo cáo", "Reports"),
    "rounds": ("Kỳ báo cáo", "Reporting rounds"),
    "targets": ("Mức phải đạt của từng mục tiêu", "Targets"),
    "tasks": ("Nhiệm vụ", "Tasks"),
    "units": ("Đơn vị", "Units"),
    "webhooks": ("Nơi nhận sự kiện", "Receivers of events"),
}
SUMMARIES = {
    "Chỉ tiêu mà một đơn vị được đánh giá theo: của chính đơn vị, kế thừa, hoặc chưa giao": (
        "By which target a unit is judged: its own, inherited from its predecessors, or none"
    ),
    "Danh sách": "List",
    "Lần đầu gọi với since để trống, rồi đọc tệp của danh sách, rồi gọi tiếp với con trỏ nhận được": (
        "Call first with an empty since, then read the list's file, then go on with the cursor received"
    ),
    "Xem một bản ghi": "Read one record",
    "Thêm một bản ghi": "Add a record",
    "Sửa một bản ghi": "Change a record",
    "Cả danh sách theo bộ lọc, gửi đi trong khi đọc": "The whole list at its filters, as a file",
    "Lập tệp của cả danh sách theo bộ lọc, dạng Excel hoặc Parquet": (
        "Have the file of a whole list written, as Excel or Parquet"
    ),
    "Tệp mà tác vụ đã lập, trong ba ngày; chỉ cho người hoặc mã truy cập đã yêu cầu": (
        "The file that a job wrote, for three days; only for the person or the token that asked"
    ),
    "Thêm nơi nhận; khóa ký chỉ hiện trong câu trả lời này": "Add a receiver; its secret is in this answer only",
    "Sửa tên, sự kiện, đơn vị; địa chỉ khác là một nơi nhận khác": (
        "Change label, events, unit; another address is another receiver"
    ),
    "Tạm dừng gửi; sự kiện mới được giữ lại": "Pause a receiver; new events wait",
    "Gửi tiếp, kể cả các sự kiện đã giữ lại": "Resume a receiver; what waited goes out",
    "Gửi một sự kiện thử": "Send a test event",
    "Đổi khóa ký; khóa mới chỉ hiện trong câu trả lời này": "Change the secret; the new one is in this answer only",
    "Gỡ bỏ hẳn; sự kiện chưa gửi không được gửi nữa": "Remove a receiver for good; what waits is not sent",
    "Gửi lại một sự kiện, cùng mã": "Send an event again, under the same id",
    "Nhật ký gửi của một nơi nhận": "Log of what was sent to a receiver",
    "Rút dòng khỏi sổ, kèm lý do; dòng vẫn được lưu": "Withdraw a row, with the reason; it is kept",
    "Các khoản của nhiệm vụ đã phê duyệt: từng nguồn, từng năm": "Amounts of approved tasks, by source and year",
    "Ghi các số tiền được nêu; số không nêu giữ nguyên": "Write the amounts that are named; others stay",
    "Mọi số liệu của mục tiêu, gồm các phân tổ, thành một bảng JSON-stat 2.0 (R, Python, Excel đọc được)": (
        "All figures of an indicator with its breakdowns, as a JSON-stat 2.0 dataset"
    ),
    "Những dòng mà một số liệu đã tính, trong phạm vi người gọi được xem; của kỳ đã chốt là như khi chốt": (
        "The rows that a figure counts, as far as the caller may look"
    ),
    "Số liệu của một mục tiêu, theo kỳ, đơn vị, phân tổ": "Figures of an indicator, by period, unit, breakdown",
    "Thêm một giai đoạn; số liệu được tính lại": "Add a stage; figures are counted anew",
    "Sửa một giai đoạn, kèm lý do; số liệu được tính lại": "Change a stage, with the reason; figures are counted anew",
    "Thu hồi một giai đoạn, kèm lý do; dòng vẫn được lưu": "Take a stage out, with the reason; the row is kept",
    "Thêm doanh nghiệp vào sổ": "Add an enterprise",
    "Sửa hồ sơ; trường không gửi giữ nguyên": "Change a record; fields that are not sent stay",
    "Các lần công bố số liệu, mở cho mọi người: không cần đăng nhập, không cần mã truy cập": (
        "Publications of figures, open to everybody: no sign-in, no token"
    ),
    "Mục tiêu và các mức phải đạt của cả nước, mở cho mọi người từ lần công bố đầu tiên": (
        "Indicators and the nation's targets, open to everybody from the first publication on"
    ),
    "Số liệu của một lần công bố: toàn quốc và từng đơn vị": "Figures of a publication: the nation and each unit",
    "Mọi số liệu của một lần công bố thành một tệp": "All figures of a publication as a file",
    "Mọi số liệu của một lần công bố thành một bảng JSON-stat 2.0 (R, Python, Excel đọc được)": (
        "All figures of a publication as a JSON-stat 2.0 dataset"
    ),
    "Mọi ô của báo cáo, theo thứ tự biểu mẫu": "All cells of a report, in the order of its form",
    "Ghi các ô: tất cả hoặc không ô nào": "Write cells: all of them or none",
    "Chấp nhận báo cáo": "Accept a report",
    "Bắt đầu đính chính báo cáo": "Begin a correction of a report",
    "Khóa sổ báo cáo": "Lock a report",
    "Mở lại báo cáo": "Reopen a report",
    "Trả lại báo cáo": "Return a report for revision",
    "Rút lại báo cáo đã trình lãnh đạo": "Take a report back from the leader",
    "Lãnh đạo chuyển lại báo cáo": "Send a report back from the leader",
    "Ghi nhận báo cáo đã ký": "Record that a report is signed",
    "Bắt đầu báo cáo": "Start a report",
    "Nộp báo cáo": "Submit a report",
    "Trình lãnh đạo ký báo cáo": "Hand a report to the leader",
    "Lập bản nháp nhiệm vụ": "Make a draft of a task",
    "Sửa bản nháp, hoặc hồ sơ được trả lại": "Change a draft, or a task that was returned",
    "Nghiệm thu": "Accept the outcome",
    "Trình phê duyệt": "Put forward for approval",
    "Phê duyệt nhiệm vụ": "Approve a task",
    "Kết thúc nhiệm vụ": "Close a task",
    "Đề nghị gia hạn của một nhiệm vụ": "Asked extensions of a task",
    "Xin gia hạn": "Ask for an extension",
    "Gia hạn, theo một văn bản; đến hạn đề nghị hoặc sớm hơn": "Grant an extension, by an act, to that day or earlier",
    "Không gia hạn, kèm lý do": "Refuse an extension, with the reason",
    "Nghiệm thu không đạt": "Do not accept the outcome",
    "Đề xuất nhiệm vụ": "Propose a task",
    "Không phê duyệt nhiệm vụ": "Reject a task",
    "Báo cáo hoàn thành": "Report completion",
    "Tiếp tục nhiệm vụ": "Resume a task",
    "Trả lại để hoàn thiện": "Return for revision",
    "Bắt đầu thực hiện": "Start the work",
    "Bắt đầu thẩm định": "Start the appraisal",
    "Tạm dừng nhiệm vụ": "Suspend a task",
    "Chấm dứt nhiệm vụ": "Terminate a task",
    "Tệp của báo cáo như đã ban hành": "A file of a report book as it was issued",
    "Thống kê tiến độ các nhiệm vụ trong phạm vi của người gọi": "Timeliness of the tasks in the caller's sight",
}
OPERATIONS = {**dict(RESOURCES.values()), **SUMMARIES}
